import { describeExamplesOnPlatform } from "./support/example";
import { abTest } from "./support/lives/ab-test";
import { blueGreenIngress } from "./support/lives/blue-green-ingress";
import { canaryByCookie, canaryByHeader, canaryByWeight } from "./support/lives/canary-by-rules";
import { canaryFull } from "./support/lives/canary-full";

const namespaces = ["default", "ab-test", "blue-green", "shop"];

describeExamplesOnPlatform("the examples behind an Ingress", namespaces, [
  canaryByWeight,
  canaryByHeader,
  canaryByCookie,
  abTest,
  blueGreenIngress,
  canaryFull,
]);
