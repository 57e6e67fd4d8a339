// A file of a scenario: what is wrong in it is told with its line and column.

import { type Scenario, scenarioFrom } from '../../model/index.ts'
import { readStructured } from './structuredfile.ts'

/** @param option that names the file @throws OptionError of one line */
export async function readScenario(option: string, file: string): Promise<Scenario> {
  const read = await readStructured(option, file)
  try {
    return scenarioFrom(read.content)
  } catch (error) {
    throw read.wrong(error, 'scenario')
  }
}
