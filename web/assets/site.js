// Everything works without this file; with it, GOV.UK's components announce, focus and count as they should.
import { initAll } from "./govuk-frontend.min.js";

initAll();
