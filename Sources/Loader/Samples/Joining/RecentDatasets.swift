internal import HDF5
internal import Synchronization

/// The datasets of several files, of which the few used last are open.
///
/// An open dataset keeps unpacked chunks, up to 128 MB of them: memory must not grow with the number of
/// files. Passes go through the files in order, so that each is opened about once in a pass.
final class RecentDatasets: Sendable {
  /// Where each dataset is.
  let places: [(file: File, path: String)]
  /// The datasets that stay open: a single one, and those in memory, which cannot be opened again.
  private let kept: [Int: Dataset]
  /// The others that are open, the one used last at the end.
  private let recent = Mutex<[(index: Int, dataset: Dataset)]>([])

  /// Enough for workers that read neighboring blocks.
  private static let mostOpen = 4

  init(_ datasets: [Dataset]) {
    places = datasets.map { ($0.file, $0.path) }
    let kept = datasets.enumerated().filter { datasets.count == 1 || $1.file.isInMemory }
    self.kept = Dictionary(uniqueKeysWithValues: kept.map { ($0, $1) })
  }

  /// One of the datasets, open.
  ///
  /// - Throws: `HDF5Error` if it cannot be opened again.
  subscript(index: Int) -> Dataset {
    get throws(HDF5Error) {
      if let dataset = kept[index] { return dataset }
      return try recent.withLock { (recent) throws(HDF5Error) in
        if let place = recent.lastIndex(where: { $0.index == index }) {
          let entry = recent.remove(at: place)
          recent.append(entry)
          return entry.dataset
        }
        let (file, path) = places[index]
        let dataset = try file.root.dataset(path)
        if recent.count == Self.mostOpen { recent.removeFirst() }
        recent.append((index, dataset))
        return dataset
      }
    }
  }
}
