/** Below a form: the reason why it cannot be applied, if there is one, and its two buttons. */
interface FormButtonsProps {
  /** Empty when nothing is wrong. */
  readonly reason: string;
  readonly cancel: () => void;
}

export function FormButtons({ reason, cancel }: FormButtonsProps) {
  return (
    <>
      {reason === '' ? null : (
        <p class="wrong" role="alert">
          {reason}
        </p>
      )}
      <div class="buttons">
        <button type="submit">Apply</button>
        <button type="button" class="plain" onClick={cancel}>
          Cancel
        </button>
      </div>
    </>
  );
}
