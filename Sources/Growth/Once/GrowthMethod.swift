/// How new neurons are made.
public enum GrowthMethod: String, CaseIterable, Sendable {
  /// From what the next layer lacks, as the diagnosis found them.
  case tiny
  /// Zero now, with the largest gradient.
  case gradmax
  /// Copies that share their original's fan-out.
  case net2wider
  /// Random fan-in, without fan-out.
  case random
}
