import type { Measuring } from './measures.ts'

export function measureCauses(measuring: Measuring): void {
  void measuring
}
