/** The conditions of a measurement: the day, the machine, and its load. */
import { cpus, loadavg, totalmem } from 'node:os';

export function describeMachine(): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const load = loadavg()[0]?.toFixed(1);
  return `${date}, Node ${process.versions.node}, ${cores.length} cores (${cores[0]?.model.trim()}), ${memory}, load average ${load}`;
}
