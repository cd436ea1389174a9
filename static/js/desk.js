// What every page of the workspace loads.

import "./dialog.js";
