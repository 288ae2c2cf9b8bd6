import Diagnostics
import Growth

/// A way to enlarge a network.
enum Method: String, CaseIterable {
  case ours, unrefined, sequential, joint, gradmax, net2wider, random, scratch, none
}
