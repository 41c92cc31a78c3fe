// esbuild takes style sheets apart from the scripts that import them.
declare module '*.css';
