import { type ConfigData, HtmlValidate, StaticConfigLoader } from 'html-validate';

/** The rules for the HTML of mails. Each rule that is off would reject what mail clients require. */
const rules: ConfigData = {
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    // Many clients ignore style elements and classes.
    'no-inline-style': 'off',
    // Outlook for Windows ignores the same properties of CSS.
    'no-deprecated-attr': 'off',
    // The title is the subject, and the rule is for search engines.
    'long-title': 'off',
    // Old clients do not know its synonym `none`.
    'presentation-role-style': ['error', { prefer: 'presentation' }],
  },
};

/** Loads the rules once. The loader of the package repeats this for each mail, which takes longer than the checks. */
class SharedRules extends StaticConfigLoader {
  private readonly resolved = super.getConfigFor('');

  override getConfigFor(): typeof this.resolved {
    return this.resolved;
  }
}

/** Checks the HTML of mails. */
export const mailValidator = new HtmlValidate(new SharedRules(rules));
