/**
 * Wording of the demo's bug reports. Training and test have phrases of their own: a test phrase shares a key word with
 * training ones (what a reader would go by) and never occurs in them.
 */
export interface Wording {
  train: readonly string[];
  test: readonly string[];
}

export const components: Record<string, Wording> = {
  auth: {
    train: ['the login page', 'the login button', 'password reset', 'the password field', 'two-factor login', 'the two-factor code', 'single sign-on', 'the sign-on screen'],
    test: ['the login form', 'the password rules', 'two-factor setup', 'company sign-on'],
  },
  billing: {
    train: ['the invoice page', 'an invoice email', 'the checkout', 'the checkout form', 'my subscription renewal', 'the subscription plan', 'the refund form', 'a refund request'],
    test: ['the invoice archive', 'our checkout screen', 'the yearly subscription', 'a partial refund'],
  },
  search: {
    train: ['the search box', 'search results', 'the filter panel', 'the date filter', 'autocomplete', 'the autocomplete list', 'full-text search', 'the search page'],
    test: ['the search bar', 'advanced search', 'the price filter', 'autocomplete in the header'],
  },
  export: {
    train: ['the CSV export', 'a CSV file', 'the PDF download', 'a PDF report', 'the report export', 'the Excel export', 'the backup download', 'the download link'],
    test: ['the monthly export', 'a large CSV', 'the PDF copy', 'the download folder'],
  },
  sync: {
    train: ['calendar sync', 'file sync', 'the sync button', 'the offline cache', 'offline mode', 'cloud sync', 'syncing between devices', 'the sync status'],
    test: ['contact sync', 'background sync', 'the offline copy', 'syncing of photos'],
  },
  notifications: {
    train: ['push alerts', 'the alert sound', 'email digests', 'the weekly digest', 'the reminder badge', 'a calendar reminder', 'SMS alerts', 'the notification list'],
    test: ['alerts for mentions', 'the daily digest', 'a late reminder', 'the notification settings'],
  },
  editor: {
    train: ['the text editor', 'the code editor', 'the undo button', 'undo and redo', 'the markdown preview', 'a markdown table', 'copy and paste', 'paste from Word'],
    test: ['the image editor', 'undo after saving', 'the markdown toolbar', 'paste without formatting'],
  },
  api: {
    train: ['the REST endpoint', 'a new endpoint', 'the webhook', 'the webhook log', 'the rate limiter', 'our rate limit', 'the API token page', 'an API key'],
    test: ['the users endpoint', 'a webhook retry', 'the rate limit header', 'the API reference'],
  },
};

export const severities: Record<string, Wording> = {
  critical: {
    train: ['loses all my data', 'lost all our data', 'crashes for every user', 'crashes for everyone', 'leaks private records', 'leaks private files', 'takes the whole site down', 'took the whole system down'],
    test: ['lost all customer data', 'crashes for all users', 'leaks private photos', 'takes the whole service down'],
  },
  high: {
    train: ['fails every time', 'fails on every try', 'returns error 500', 'returns an error page', 'hangs forever', 'hangs until I restart', 'does not work at all', 'no longer works at all'],
    test: ['fails on every attempt', 'returns error 403', 'hangs without end', 'stopped working at all'],
  },
  medium: {
    train: ['is very slow', 'is slow in the morning', 'fails now and then', 'breaks now and then', 'shows stale values', 'shows stale numbers', 'needs two tries', 'needs a second try'],
    test: ['is slow for big teams', 'stops now and then', 'shows stale totals', 'needs several tries'],
  },
  low: {
    train: ['has a typo', 'shows a typo in the title', 'is misaligned', 'looks misaligned', 'uses the wrong colour', 'has the wrong colour', 'flickers a little', 'flickers for a moment'],
    test: ['contains a typo', 'is slightly misaligned', 'comes in the wrong colour', 'flickers briefly'],
  },
};

export const platforms: Record<string, Wording> = {
  ios: { train: ['on my iPhone', 'on an old iPhone', 'on iPad', 'on iOS 17'], test: ['on a new iPhone', 'on our iPad', 'on iOS 18'] },
  android: { train: ['on my Pixel', 'on a Galaxy phone', 'on Android 14', 'on my Android tablet'], test: ['on a Pixel 8', 'on an older Galaxy', 'on Android 15'] },
  web: { train: ['in Chrome', 'in Firefox', 'in Edge', 'in my browser'], test: ['with Chrome', 'with Firefox', 'in every browser'] },
  desktop: { train: ['in the Windows app', 'in the Mac app', 'in the Linux app', 'in the desktop client'], test: ['in our Windows program', 'in your Mac program', 'in the desktop program'] },
  unknown: { train: [''], test: [''] },
};
