// Sends the answer to the client. The page's button does the same by hand.
document.forms[0].submit();
