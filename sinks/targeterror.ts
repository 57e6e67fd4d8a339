// What `--to` names cannot be delivered to.

import { type BrokenRule, OptionError } from '../engine/index.ts'

/** There can be no delivery to what `to` names, whatever happens. */
export class TargetError extends OptionError {
  override name = 'TargetError'

  constructor(broken: Omit<BrokenRule, 'option'>, options?: ErrorOptions) {
    super({ option: 'to', ...broken }, options)
  }
}
