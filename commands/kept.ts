/** A log that a command has played by itself and keeps: as of a session that ran, its read models are where it is. */
import { rebuildReadModels } from '../actors/rebuild.ts';

/** `error` hears a sentence for each session that could not be told to its end. */
export const tellKept = async (file: string, error: (text: string) => void): Promise<void> => {
  const { untold } = await rebuildReadModels(file, () => undefined);
  for (const sentence of untold) error(`${sentence}\n`);
};
