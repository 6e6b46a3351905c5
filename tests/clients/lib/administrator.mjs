// The command line of the installation, as whoever runs it uses it.
import { execFileSync } from "node:child_process";
import what from "./situation.mjs";

/** Runs a command; gives what it answers to programs. */
export function administrator(...command) {
  const { program, variables, folder } = what.commandLine;
  const env = { PATH: process.env.PATH, ...variables };
  return JSON.parse(execFileSync(program, [...command, "--json"], { cwd: folder, env, encoding: "utf8" }));
}
