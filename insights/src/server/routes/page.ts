/** The built page. The names of scripts and styles contain a hash of their content, so browsers may cache them forever. */
import { basename } from 'node:path';
import express, { type RequestHandler } from 'express';

const YEAR_S = 31_536_000;

export function pageRoute(webDir: string): RequestHandler {
  return express.static(webDir, {
    index: 'index.html',
    redirect: false,
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = /\.[A-Z0-9]{8}\.(?:js|css)(?:\.map)?$/.test(basename(path));
      response.setHeader('Cache-Control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
}
