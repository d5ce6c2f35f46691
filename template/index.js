module.exports = require("sluice").program;
