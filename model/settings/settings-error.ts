// What is wrong with a setting.

import { OptionError } from '../../engine/index.ts'

/** A setting breaks its rule; `option` is the setting's name, with dots where it is nested. */
export class SettingsError extends OptionError {
  override name = 'SettingsError'
}
