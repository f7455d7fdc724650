/** The action of a command. The arguments are those of the command line, then the options, then the command. */
type Action<Arguments extends unknown[]> = (...args: Arguments) => void | Promise<void>;

/** Loads an action when it runs. Help and usage errors do not load the service, which would take about two seconds. */
export function onDemand<Arguments extends unknown[]>(
  load: () => Promise<Action<Arguments>>,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    const action = await load();
    await action(...args);
  };
}
