-- What an account has is told to those who may see the account, and to nobody else; and an
-- account has a language.
--
-- The function asked nobody who wants to know: a municipality could have learned of each account
-- by its number whether it has a password and an authenticator.

CREATE OR REPLACE FUNCTION staff_has(of_staff integer) RETURNS TABLE (password boolean, totp boolean)
  STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
  SELECT coalesce(bool_or(password_hash IS NOT NULL), false),
         coalesce(bool_or(totp_secret IS NOT NULL), false)
  FROM staff_secret
  WHERE staff = of_staff
    AND (of_staff = session_staff() OR session_role() = 'door' OR staff_managed(of_staff))
$$;
COMMENT ON FUNCTION staff_has(integer) IS 'Whether an account has a password, and an authenticator: the own one, and those that the session manages; of others both are false.';
REVOKE ALL ON FUNCTION staff_has(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_has(integer) TO hjemsvar_console;

-- The language of the console follows the person, not the browser.
ALTER TABLE staff ADD COLUMN language text CHECK (language ~ '^[a-z]{2,3}$');
COMMENT ON COLUMN staff.language IS 'Language in which the console speaks to the account; NULL: none was chosen.';
GRANT UPDATE (language) ON staff TO hjemsvar_console;
