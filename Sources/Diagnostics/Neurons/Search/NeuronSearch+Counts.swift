import LinearAlgebra

extension NeuronSearch {
  /// What was found, with the neurons of a search for a given number at the layers that were to have it
  /// and of which another is suggested.
  ///
  /// - Parameters:
  ///   - growths: what the search suggests.
  ///   - starts: the problems of the layers of `countsUnlessSuggested`.
  ///   - subset: training samples.
  /// - Returns: one growth for each layer, in the same order.
  /// - Throws: as the search.
  func meetingCounts(
    _ growths: Growths, from starts: [LayerProblem], _ subset: SampleSubset<Scalar>
  ) async throws -> Growths {
    let suggested = Dictionary(
      uniqueKeysWithValues: growths.layers.map { ($0.layer, $0.suggestedNeurons) })
    let unmet = starts.filter {
      options.countsUnlessSuggested[$0.layer] != suggested[$0.layer]
    }
    guard !unmet.isEmpty else { return growths }
    var demanding = self
    demanding.options.counts = options.countsUnlessSuggested
    let found = try await demanding.growth(from: unmet, subset).layers
    return Growths(
      layers: growths.layers.map { growth in
        found.first { $0.layer == growth.layer } ?? growth
      }, lackStandardErrors: growths.lackStandardErrors, warnings: growths.warnings)
  }
}
