/** The attributes that a part of the builder offers. They are loaded when a list opens, and once for each event. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AttributesAnswer } from '../../../query/answer/attributes.ts';
import type { GetJson } from '../../page/get-json.ts';

export interface AttributeSource {
  /** Undefined until the server has answered. */
  readonly attributes: AttributesAnswer | undefined;
  load(): void;
}

export interface AttributeSources {
  /** Of one event, or of all events. */
  of(event: string | undefined): AttributeSource;
  /** Forgets them all, because a load may have brought others. */
  forget(): void;
}

export function createAttributeSources(getJson: GetJson): AttributeSources {
  const known = signal(new Map<string, Signal<AttributesAnswer | undefined>>());
  const load = async (event: string | undefined): Promise<void> => {
    const key = event ?? '';
    if (known.peek().has(key)) return;
    const answer = signal<AttributesAnswer | undefined>(undefined);
    known.value = new Map([...known.peek(), [key, answer]]);
    const search = event === undefined ? '' : `?${new URLSearchParams({ event })}`;
    const got = await getJson<AttributesAnswer>(`/api/attributes${search}`);
    // After a failure any attribute can still be typed, and the next opening asks again.
    if (got.ok) answer.value = got.answer;
    else known.value = new Map([...known.peek()].filter(([other]) => other !== key));
  };
  const read = (key: string): ReadonlySignal<AttributesAnswer | undefined> | undefined => known.value.get(key);
  return {
    of: (event) => ({ attributes: read(event ?? '')?.value, load: () => void load(event) }),
    forget() {
      known.value = new Map();
    },
  };
}
