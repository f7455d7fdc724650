import { start } from './router.ts';
import * as views from './views.ts';

// The paths of links in mails are those of the defaults of the tenant setting `links`.
void start(views.navigation, {
  '/': { view: views.profile, account: true },
  '/addresses': { view: views.addresses, account: true },
  '/login': { view: views.logIn },
  '/signup': { view: views.signUp },
  '/signup/confirm': { view: views.confirmSignUp },
  '/waiting': { view: views.waiting },
  '/password/forgot': { view: views.forgotPassword },
  '/password/sent': { view: views.resetSent },
  '/password/reset': { view: views.setPassword },
});
