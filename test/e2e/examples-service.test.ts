import { describeExamples } from "./support/example";
import { blueGreen } from "./support/lives/blue-green";
import { replicaRatio } from "./support/lives/replica-ratio";

describeExamples("the examples behind a Service", [replicaRatio, blueGreen]);
