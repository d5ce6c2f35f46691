import { describeExamples } from "./support/example";
import { abTest } from "./support/lives/ab-test";
import { blueGreenIngress } from "./support/lives/blue-green-ingress";
import { canaryByCookie, canaryByHeader, canaryByWeight } from "./support/lives/canary-by-rules";
import { canaryFull } from "./support/lives/canary-full";

describeExamples("the examples behind an Ingress", [
  canaryByWeight,
  canaryByHeader,
  canaryByCookie,
  abTest,
  blueGreenIngress,
  canaryFull,
]);
