/** A component whose code loads when it is first shown. Until then there is nothing in its place. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

interface LazyProps<Props> {
  readonly load: () => Promise<ComponentType<Props>>;
  readonly props: Props;
}

export function Lazy<Props extends object>({ load, props }: LazyProps<Props>) {
  const loaded = useSignal<{ readonly component: ComponentType<Props> } | undefined>(undefined);
  useEffect(() => {
    const show = async (): Promise<void> => {
      loaded.value = { component: await load() };
    };
    void show();
  }, [load, loaded]);
  if (loaded.value === undefined) return null;
  const { component: Component } = loaded.value;
  return <Component {...props} />;
}
