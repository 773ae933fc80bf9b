/** What the foundation hands the alarm updater: it reads its variables when it is loaded, so import this first. */
Object.assign(process.env, { CUSTOMER: 'Acme' });
