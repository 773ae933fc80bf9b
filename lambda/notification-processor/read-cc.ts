import { MOST_CC } from '../../aws/support';
import { readContacts } from '../ports/contacts';
import { environment } from './environment';
import { known } from './known';

/** Who is put on cc of a case, as many as AWS Support takes; undefined where that could not be read. */
export const readCc = async (): Promise<readonly string[] | undefined> =>
  (await known('contacts', readContacts(environment.CONTACT_SECRET_ARN)))?.slice(0, MOST_CC);
