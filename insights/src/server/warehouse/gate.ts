/** Lets a limited number of tasks run at once. The others wait in the order in which they came. */
export interface Gate {
  /** Undefined when too many wait already. */
  run<Value>(task: () => Promise<Value>): Promise<Value> | undefined;
}

export interface GateLimits {
  readonly runningMax: number;
  readonly waitingMax: number;
}

export function createGate({ runningMax, waitingMax }: GateLimits): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;

  const leave = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  const enter = async <Value>(task: () => Promise<Value>): Promise<Value> => {
    running += 1;
    try {
      return await task();
    } finally {
      leave();
    }
  };
  return {
    run(task) {
      if (running < runningMax) return enter(task);
      if (waiting.length >= waitingMax) return undefined;
      return new Promise<void>((resolve) => waiting.push(resolve)).then(() => enter(task));
    },
  };
}
