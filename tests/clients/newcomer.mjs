// A newcomer walks through everything that a fresh installation shows, in a real browser: from the link of the banner to
// verified tokens; then a second person, in Chinese; then what goes wrong.
import assert from "node:assert/strict";
import { Person, story } from "./lib/chromium.mjs";
import { serve } from "./lib/site.mjs";
import what from "./lib/situation.mjs";

const notes = await serve(what.port, { "/cb": ["text/html", '<!doctype html><link rel="icon" href="data:,"><title>Notes</title>'] });

/** The address with which an application asks for a sign-in. */
function request(more = {}) {
  const parameters = {
    client_id: what.clientId,
    redirect_uri: what.redirectUri,
    response_type: "code",
    scope: "openid profile email offline_access",
    state: "the state",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...more,
  };
  return `/oauth2/authorize?${new URLSearchParams(parameters)}`;
}

async function becomesAdministrator() {
  const person = await Person.arrive();
  await person.open("/");
  await person.look("welcome");
  await person.open(what.setupLink);
  await person.look("setup");
  await person.type("Name", "Ada Lovelace");
  await person.type("Email", "ada@example.com");
  await person.type("Password", "password1");
  person.expectRefusal("/setup");
  await person.press("Create administrator account");
  await person.reads("among the first that attackers try");
  await person.look("setup-weak-password");
  await person.type("Password", what.password);
  await person.press("Create administrator account");
  // The playground is one click away.
  await person.isAt("/");
  await person.look("welcome-signed-in");
  await person.open("/account");
  await person.reads("Hello, Ada Lovelace");
  await person.look("account-administrator");

  person.expectRefusal("/setup");
  await person.open(what.setupLink);
  await person.reads("This setup link no longer works");
  await person.look("setup-gone");
  return person;
}

async function triesThePlayground(person) {
  await person.open("/");
  await person.follow("Open the playground");
  await person.look("playground");
  await person.press("Sign in");
  await person.isAt("/consent");
  await person.look("playground-consent");
  await person.press("Allow");
  await person.isAt("/playground/callback");
  await isVerified(person);
  await person.look("playground-result");
  await person.press("Use the refresh token");
  await person.isAt("/playground/refresh");
  await isVerified(person);
  await person.look("playground-refreshed");

  await person.open("/account");
  await person.reads("Playground");
  await person.page.locator("summary").first().click();
  await person.look("account-with-app");

  // A failure is shown step by step too.
  await person.open("/playground");
  await person.page.getByLabel("Prompt").selectOption("login");
  await person.press("Sign in");
  await person.isAt("/sign-in");
  await person.look("sign-in-again");
  await person.type("Password", what.password);
  await person.press("Continue");
  await person.isAt("/playground/callback");
  await isVerified(person);

  await person.press("Sign out");
  await person.isAt("/sign-out");
  await person.look("sign-out");
  await person.press("Sign out");
  await person.reads("You are signed out");
  await person.look("signed-out");
  await person.open("/playground");
  await person.page.getByLabel("Prompt").selectOption("none");
  await person.press("Sign in");
  await person.reads("login_required");
  await person.look("playground-failure");
}

async function isVerified(person) {
  await person.reads("Signed in. Every token was verified.");
  const facts = await person.page.locator(".stats dd").allTextContents();
  assert.deepEqual(facts, ["admin", "free_user"]);
  assert.equal(await person.page.locator(".checks .danger").count(), 0);
  assert.ok((await person.page.locator(".checks .good").count()) > 5);
}

async function signsUpInChinese() {
  const person = await Person.arrive({ locale: "zh-CN" });
  await person.open("/");
  await person.look("welcome");
  await person.follow("注册");
  await person.isAt("/sign-up");
  await person.look("sign-up");
  await person.type("姓名", "林黛玉");
  await person.type("邮箱", "ada@example.com");
  await person.type("密码", "葬花吟与桃花行之诗");
  person.expectRefusal("/sign-up");
  await person.press("注册");
  await person.page.locator("#identifier-error").waitFor();
  await person.look("sign-up-taken");
  await person.type("邮箱", "lin@example.com");
  await person.type("密码", "葬花吟与桃花行之诗");
  await person.press("注册");
  await person.isAt("/account");
  await person.reads("林黛玉，你好");
  await person.reads("未验证");
  await person.look("account");

  await person.mail("lin@example.com", "Confirm your email address for Passgate");
  await person.open("/dev/mail");
  await person.look("mails");
  await person.page.locator(".rows a").first().click();
  await person.look("mail");
  await person.page.locator(".message a").first().click();
  await person.isAt("/verify-email");
  await person.look("verify");
  await person.press("是的，确认");
  await person.reads("邮箱已确认");
  await person.look("verified");
  await person.follow("前往你的账号");
  await person.reads("已验证");

  await person.press("退出登录");
  await person.reads("你已退出登录");
  await person.look("signed-out");
  await person.open("/sign-in");
  await person.look("sign-in");
  await person.type("邮箱", "lin@example.com");
  await person.press("继续");
  await person.look("password");
  await person.type("密码", "葬花吟与桃花源之诗");
  person.expectRefusal("/sign-in");
  await person.press("继续");
  await person.reads("邮箱或密码不正确");
  await person.look("wrong-password");
  await person.type("密码", "葬花吟与桃花行之诗");
  await person.press("继续");
  await person.isAt("/account");

  await person.open(request());
  await person.isAt("/consent");
  await person.look("consent");
  await person.press("拒绝");
  await comesBackEmptyHanded(person);
}

async function comesBackEmptyHanded(person) {
  await person.isAt(what.redirectUri);
  const answer = Object.fromEntries(new URL(person.page.url()).searchParams);
  assert.deepEqual(
    { error: answer.error, state: answer.state, iss: answer.iss, code: answer.code },
    { error: "access_denied", state: "the state", iss: what.issuer, code: undefined },
  );
  person.isContent();
}

async function meetsWhatGoesWrong() {
  const person = await Person.arrive();
  await person.open(request());
  await person.isAt("/sign-in");
  await person.look("sign-in-to-app");
  await person.type("Email", "ada@example.com");
  await person.press("Continue");
  await person.look("password");
  await person.type("Password", "not the password");
  person.expectRefusal("/sign-in");
  await person.press("Continue");
  await person.reads("do not match an account");
  await person.look("wrong-password");
  await person.reads("ada@example.com");
  await person.type("Password", what.password);
  await person.press("Continue");
  await person.isAt("/consent");
  await person.look("consent");
  await person.press("Deny");
  await comesBackEmptyHanded(person);

  // A language is kept from page to page.
  await person.open(request({ prompt: "login" }));
  await person.follow("简体中文");
  await person.page.getByRole("heading", { name: "确认是你本人" }).waitFor();
  await person.open("/account");
  await person.reads("你好");
  await person.follow("English");
  await person.reads("Hello, Ada Lovelace");

  await person.open(request({ response_mode: "form_post", prompt: "none", state: "posted" }));
  await person.isAt(what.redirectUri);

  person.expectRefusal("/oauth2/authorize");
  await person.open(request({ redirect_uri: "https://elsewhere.example/cb" }));
  await person.look("error-for-developers");
  person.expectRefusal("/nowhere");
  await person.open("/nowhere");
  await person.look("not-found");
}

await story(async () => {
  const administrator = await becomesAdministrator();
  await triesThePlayground(administrator);
  await signsUpInChinese();
  await meetsWhatGoesWrong();
});
notes.closeAllConnections();
notes.close();
console.log("a newcomer saw every page");
