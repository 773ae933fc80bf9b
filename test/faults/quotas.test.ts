import { testPaths } from './chosen';
import { QUOTA_ANSWERS, QUOTA_REQUESTS, QUOTAS } from './paths';

testPaths([...QUOTAS, ...QUOTA_REQUESTS, ...QUOTA_ANSWERS]);
