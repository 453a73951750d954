/** A measured process, or the API it sends to. Plain Node without loaders, so that its memory and CPU are its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchError } from './run-to-end.ts';

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: BenchError) => void;
}

export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  /** `name`: a file in this folder. */
  constructor(name: string) {
    this.#process = fork(fileURLToPath(new URL(name, import.meta.url)), { execArgv: [] });
    this.#process.on('message', ({ id, answer, error }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new BenchError('bench_call_failed', `Expected a reply from ${name}, got: ${error}`));
    });
    this.#process.on('exit', (code, signal) => {
      const error = new BenchError(
        'bench_process_ended',
        `Expected ${name} to keep running, it ended with ${code ?? signal}.`,
      );
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** `Answer`: the type that the file returns for `what`. */
  call<Answer>(what: string, details: object = {}): Promise<Answer> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as Answer), reject });
      this.#process.send({ ...details, id, what });
    });
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}
