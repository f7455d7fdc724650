import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'tel' | 'number' | 'date' | 'search';
  hint?: ComponentChildren;
  error?: string;
  required?: boolean;
  disabled?: boolean;
  autocomplete?: string;
  maxLength?: number;
  options?: readonly (readonly [value: string, label: string])[];
}

/** A labelled input or, with `options`, a select. */
export function Field(props: FieldProps): preact.JSX.Element {
  const { label, value, onChange, hint, error, options, type = 'text', ...rest } = props;
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  const common = {
    id,
    'aria-describedby': described,
    'aria-invalid': error ? true : undefined,
    required: rest.required,
    disabled: rest.disabled,
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options ? (
        <select {...common} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          {...({ type } as { type: 'text' })}
          autocomplete={rest.autocomplete ?? 'off'}
          maxLength={rest.maxLength}
          value={value}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
