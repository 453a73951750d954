/** The containers of a test's stack, and the faults that a test can cause. For the back end `containers` only. */
import { connectEngine } from '@dataloaf/localstack/containers/engine';

export interface StackContainer {
  readonly id: string;
  /** Addresses of this machine on which its ports are published. */
  readonly addresses: readonly string[];
  /** Its published port. */
  readonly port: number;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** Sends SIGKILL to all its processes. */
  kill(): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Disconnects it from the network. */
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
}

/** The containers of a stack's folder; `image` is part of the image's name. */
export async function containersOf(dir: string, image = ''): Promise<readonly StackContainer[]> {
  const { client } = await connectEngine();
  const docker = client.container.dockerode;
  const found = await docker.listContainers({ all: true, filters: { label: [`dataloaf.folder=${dir}`] } });
  return found
    .filter((each) => each.Image.includes(image))
    .map(({ Id, Ports }) => {
      const container = docker.getContainer(Id);
      const network = docker.getNetwork('bridge');
      return {
        id: Id,
        addresses: Ports.filter(({ PublicPort }) => PublicPort !== undefined).map(({ IP }) => IP ?? ''),
        port: Ports.find(({ PublicPort }) => PublicPort !== undefined)?.PublicPort ?? 0,
        pause: () => container.pause(),
        unpause: () => container.unpause(),
        kill: () => container.kill(),
        start: () => container.start(),
        restart: () => container.restart({ t: 0 }),
        cutOff: () => network.disconnect({ Container: Id, Force: true }),
        reconnect: () => network.connect({ Container: Id }),
      };
    });
}

export async function containerOf(dir: string, image: 'localstack' | 'postgres'): Promise<StackContainer> {
  const [container] = await containersOf(dir, image);
  if (container === undefined) throw new Error(`Expected a container of ${image} for ${dir}, found none.`);
  return container;
}
