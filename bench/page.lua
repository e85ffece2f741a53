-- wrk -s bench/page.lua URL: GETs of one page, as a browser that takes gzip asks for it.
-- The request never changes and the reply is not looked at, so that Lua costs nothing.
dofile("bench/summary.lua")

wrk.headers["Accept-Encoding"] = "gzip"
