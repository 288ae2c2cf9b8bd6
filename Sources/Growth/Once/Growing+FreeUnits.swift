import Diagnostics
import Networks

extension Growing {
  /// The free units of a layer whose places `count` new neurons can take: none where the number to
  /// add was asked for, as the layer is to be wider by exactly that number, and none in a
  /// recording.
  func freeUnits(ofLayer layer: Int, _ diagnosis: Diagnosis, count: Int) -> [FreeUnit] {
    if case .counts = plan.aim { return [] }
    guard plan.reusesFreeUnits, diagnosed.objective != nil else { return [] }
    return Array(
      FreeUnit.all(ofLayer: layer, in: network, moments: diagnosis.moments).prefix(count))
  }

  /// Where nothing is suggested, gives the places of free units to neurons that lower the loss of
  /// held-out samples beyond chance: they cost nothing.
  mutating func useFreeUnits(_ diagnosis: Diagnosis) async throws {
    guard plan.method == .tiny, plan.reusesFreeUnits, plan.amplitude == nil else { return }
    var diagnosis = diagnosis
    for growth in diagnosis.growth {
      let free = freeUnits(ofLayer: growth.layer, diagnosis, count: .max)
      guard !free.isEmpty else { continue }
      var options = options
      options.layers = [growth.layer]
      options.limits[growth.layer] = free.count
      diagnosis = try await self.diagnosis(options)
      guard let found = diagnosis.growth.first, found.suggestedNeurons > 0 else { continue }
      try await take(found, from: diagnosis)
    }
  }
}
