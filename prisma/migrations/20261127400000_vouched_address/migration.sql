-- What the provider vouches for, apart from what it calls somebody; known again at the next sign-in.
ALTER TABLE account_login ADD COLUMN address text;
