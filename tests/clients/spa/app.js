/* global oidc */
// An application that lives in the browser: everything it asks of the server crosses origins.
(async () => {
  const { authority, client_id } = await (await fetch("/settings.json")).json();
  const here = `${location.origin}/`;
  const manager = new oidc.UserManager({
    authority,
    client_id,
    redirect_uri: here,
    scope: "openid profile email offline_access",
    loadUserInfo: true,
    automaticSilentRenew: false,
    revokeTokenTypes: ["refresh_token"],
  });

  function show(user) {
    document.getElementById("who").textContent = user ? `Signed in as ${user.profile.email}` : "Nobody is signed in";
    document.getElementById("profile").textContent = user ? JSON.stringify(user) : "";
  }
  function on(id, act) {
    document.getElementById(id).addEventListener("click", () => act().catch((error) => console.error(error)));
  }
  on("sign-in", () => manager.signinRedirect());
  on("renew", async () => show(await manager.signinSilent()));
  on("sign-out", async () => {
    await manager.revokeTokens();
    await manager.removeUser();
    show(null);
  });

  if (new URLSearchParams(location.search).has("state")) {
    show(await manager.signinCallback());
    history.replaceState(null, "", here);
  } else {
    show(await manager.getUser());
  }
})().catch((error) => console.error(error));
