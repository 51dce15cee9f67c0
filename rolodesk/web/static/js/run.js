// While long work is under way the page asks how far it is.

import { refresh } from "./refresh.js";

setInterval(() => document.querySelector("[data-running]") && refresh(), 1000);
