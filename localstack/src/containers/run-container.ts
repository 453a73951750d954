/**
 * Runs one container for a stack. The stack owns it, and its port is published on 127.0.0.1 only and does not change when the
 * container restarts.
 */
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { freePort } from '../free-port.ts';
import { ContainerError } from './container-error.ts';
import type { Engine } from './engine.ts';
import { ownershipLabels } from './ownership.ts';

export interface ContainerSpec {
  /** For people, for example `LocalStack`. */
  readonly name: string;
  readonly image: string;
  /** Environment variable that overrides the image. */
  readonly imageVariable: string;
  /** The port that it listens on, inside the container. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** A line in its log which says that it is about to respond. */
  readonly readyLine: RegExp;
}

export interface RunningContainer {
  readonly id: string;
  /** On 127.0.0.1. */
  readonly port: number;
}

export interface ContainerPorts {
  readonly engine: Engine;
  /** The stack's folder, absolute. */
  readonly dir: string;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** From creation to the ready line on a slow machine, without the time to pull the image. */
const START_MS = 60_000;
/** Another program may take the free port before the engine does. */
const PORT_ATTEMPTS = 3;

/** The caller removes it with `removeOwn`, also when this throws. @throws ContainerError */
export async function runContainer(ports: ContainerPorts, spec: ContainerSpec): Promise<RunningContainer> {
  await ensureImage(ports, spec);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      const container = await describeContainer(ports, spec, port).start();
      ports.log.info({ container: spec.name, image: spec.image, port }, 'started a container');
      return { id: container.getId(), port };
    } catch (error) {
      if (attempt < PORT_ATTEMPTS && /address already in use|port is already allocated/.test(messageOf(error)))
        continue;
      throw new ContainerError(
        'container_start',
        `Expected ${spec.name} (${spec.image}) to start in a container: ${messageOf(error)}`,
        { cause: error, hint: `See \`docker logs\`, or set ${spec.imageVariable} to another image.` },
      );
    }
  }
}

function describeContainer({ engine, dir }: ContainerPorts, spec: ContainerSpec, hostPort: number) {
  const { GenericContainer, Wait } = engine.testcontainers;
  class LoopbackContainer extends GenericContainer {
    /** The library would publish the port on all addresses. */
    protected override async beforeContainerCreated(): Promise<void> {
      this.hostConfig.PortBindings = { [`${spec.port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] };
    }
  }
  const container = new LoopbackContainer(spec.image)
    .withExposedPorts({ container: spec.port, host: hostPort })
    .withEnvironment({ ...spec.environment })
    .withLabels({ ...ownershipLabels(dir) })
    .withWaitStrategy(Wait.forLogMessage(spec.readyLine))
    .withStartupTimeout(START_MS)
    // No reaper: it needs a third image, and `removeOwn` and `removeLeftovers` do its work.
    .withAutoCleanup(false);
  return spec.command === undefined ? container : container.withCommand([...spec.command]);
}

/** Pulls a missing image, and logs that first, because an image has hundreds of megabytes. @throws ContainerError */
export async function ensureImage(
  { engine, log }: Pick<ContainerPorts, 'engine' | 'log'>,
  spec: Pick<ContainerSpec, 'image' | 'imageVariable'>,
): Promise<void> {
  const { testcontainers, client } = engine;
  const image = testcontainers.ImageName.fromString(spec.image);
  if (await client.image.exists(image)) return;
  log.warn({ image: spec.image }, 'pulling an image; this can take minutes the first time');
  try {
    await client.image.pull(image, { force: false, platform: undefined });
  } catch (cause) {
    throw new ContainerError('image_missing', `Expected to pull the image ${spec.image}: ${messageOf(cause)}`, {
      cause,
      hint: `Check the network, or set ${spec.imageVariable} to an image that this engine has.`,
    });
  }
}
