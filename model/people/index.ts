// Who an agent is to a person: derived from the world's key and the agent's number whenever it is asked for, and stored
// nowhere. Names are invented, mail goes to example domains, telephone numbers to 555-01.

import { en, Faker } from '@faker-js/faker'
import { worldKey } from '../../engine/index.ts'
import { digitsIn, TUTOR } from '../events/entities.ts'

export interface Person {
  name: string
  email: string
  phone: string
}

const [STUDENTS, TUTORS] = [0, 1]

/** @param id `stu_1000` or `tut_100` */
export function personOf(seed: string, id: string): Person {
  const faker = new Faker({ locale: en })
  faker.seed([...worldKey(seed), TUTOR.form.test(id) ? TUTORS : STUDENTS, Number(digitsIn(id))])
  const [firstName, lastName] = [faker.person.firstName(), faker.person.lastName()]
  const mailbox = `${firstName}.${lastName}`.toLowerCase().replaceAll(/[^a-z.]/g, '')
  return {
    name: `${firstName} ${lastName}`,
    email: `${mailbox}@${faker.helpers.arrayElement(['example.com', 'example.org', 'example.net'])}`,
    phone: `(${faker.number.int({ min: 201, max: 989 })}) 555-01${String(faker.number.int({ max: 99 })).padStart(2, '0')}`,
  }
}
