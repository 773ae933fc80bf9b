import { testPaths } from './chosen';
import { FIRST_ALARMS, FURTHER_COURSE, UNHEARD } from './paths';

testPaths([...FIRST_ALARMS, ...FURTHER_COURSE, ...UNHEARD]);
