import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'test-results/', 'public/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      // TypeScript knows names; this rule only knows globals.
      'no-undef': 'off',
      // TypeScript finds unused private members, and knows `??=`.
      'no-unused-private-class-members': 'off',
      // Logs are other people's text. They reach the page as text nodes only.
      'svelte/no-at-html-tags': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Log data is never HTML: use text nodes.' },
        { property: 'outerHTML', message: 'Log data is never HTML: use text nodes.' },
        { property: 'insertAdjacentHTML', message: 'Log data is never HTML: use text nodes.' },
      ],
      'svelte/no-navigation-without-resolve': 'off', // links are made in lib/route.svelte.ts
      // Sets and dates that live for one call need no reactivity, and a blank in braces is a blank that stays.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-useless-mustaches': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // A test that dereferences nothing fails, as it should.
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // The library knows no feature: features build on it, not the other way round.
    files: ['src/lib/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['**/features/**', '**/App.svelte'] }],
    },
  },
);
