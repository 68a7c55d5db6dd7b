// The one place that knows where preact and htm lie.
export {
  Component,
  html,
  render,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "./vendor/htm/preact/standalone.module.js";
