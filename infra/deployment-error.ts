// What a deployment hears when it may not be.

import { type BrokenRule, OptionError } from '../engine/index.ts'

/** A choice that cannot be deployed; `option` is as it is given: `-c streams`. */
export class DeploymentError extends OptionError {
  override name = 'DeploymentError'

  constructor(broken: BrokenRule) {
    super({ ...broken, option: `-c ${broken.option}` })
  }
}
