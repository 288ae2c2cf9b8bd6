internal import HDF5
import LinearAlgebra
import Networks

extension StatisticsFile {
  /// Opens a file, and reads all but the sums.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - program: the version of this program: another one may add up in another way.
  /// - Throws: `ModelError` if it cannot be read, holds something else or is damaged, or was made by another
  ///   program or on a processor that computes in another way.
  package init(readingFrom path: String, program: String) throws(ModelError) {
    do {
      try self.init(File(path), program: program)
    } catch let error as HDF5Error {
      throw ModelError(error)
    } catch let problem as DataProblem {
      throw ModelError(file: path, problem)
    } catch {
      throw ModelError(file: path, DataProblem.damagedStatistics)
    }
  }

  private init(_ file: File, program: String) throws {
    let root = file.root
    guard let format = try root.attribute("format"), (try? format.text()) == Self.format else {
      throw DataProblem.notStatistics
    }
    let version = try root.whole("version")
    guard version == Self.version else { throw DataProblem.statisticsVersion(version) }
    source = try Source(root)
    guard source.program == program else {
      throw DataProblem.statisticsProgram(found: source.program, expected: program)
    }
    guard source.processor == blasCore else {
      throw DataProblem.statisticsProcessor(found: source.processor, expected: blasCore)
    }
    let (first, count) = (try root.whole("first_range"), try root.whole("range_count"))
    guard 0..<Self.mostRanges ~= first, 1...Self.mostRanges ~= count else {
      throw DataProblem.damagedStatistics
    }
    origin = try root.words("origin")
    ranges = first..<first + count
    trainingHashes = try root.words("hashes/training", mayBeAbsent: true)
    heldOutHashes = try root.words("hashes/held_out", mayBeAbsent: true)
    var rows: [KeptRows] = []
    while try root.holds("rows/\(rows.count)") {
      rows.append(try KeptRows(root.group("rows/\(rows.count)")))
    }
    self.rows = rows
    let checksums = try root.words("checksums")
    guard checksums.count > 1 else { throw DataProblem.damagedStatistics }
    sumCount = checksums.count - 1
    sums = { place in
      guard checksums.indices.contains(1 + place) else {
        throw ModelError(file: file.path, DataProblem.damagedStatistics)
      }
      do throws(HDF5Error) {
        let dataset = try root.dataset("sums/\(place)")
        guard dataset.shape.count == 1 else { throw dataset.damage }
        let numbers = try dataset.allDoubles()
        let sum = Self.checksum(of: numbers.lazy.map(\.bitPattern))
        guard sum == checksums[1 + place] else { throw dataset.damage }
        return numbers
      } catch {
        throw ModelError(error)
      }
    }
    guard checksum == checksums[0] else { throw DataProblem.damagedStatistics }
  }

  /// More than any program makes.
  private static var mostRanges: Int { 1 << 32 }
}

extension StatisticsFile.Source {
  fileprivate init(_ root: Group) throws {
    func text(_ name: String) throws -> String {
      guard let attribute = try root.attribute(name) else { throw DataProblem.damagedStatistics }
      return try attribute.text()
    }
    func texts(_ name: String) throws -> [String] { try root.attribute(name)?.texts() ?? [] }
    self.init(
      program: try text("program"), processor: try text("processor"), model: try text("model"),
      data: try text("data"), weights: try root.attribute("weights")?.text(),
      lossName: try text("loss_name"), loss: try text("loss"), notes: try texts("notes"),
      modelArguments: try texts("model_arguments"), dataArguments: try texts("data_arguments"))
  }
}

extension KeptRows {
  fileprivate init(_ group: Group) throws {
    let inputs = try group.dataset("inputs")
    guard inputs.shape.count == 2, inputs.shape[1] > 0 else { throw DataProblem.damagedStatistics }
    let (count, width) = (inputs.shape[0], inputs.shape[1])
    let numbers = try inputs.allFloats()
    let targets = try group.dataset("targets")
    let weights = try group.numbers("weights")
    let groups = try group.words("groups", mayBeAbsent: true)
    let (first, identifying) = (try group.whole("first"), try group.whole("identifying"))
    guard targets.shape.first == count, (1...2).contains(targets.shape.count), first >= 0,
      numbers.allSatisfy(\.isFinite), (0...width).contains(identifying),
      weights.map({ $0.count == count && $0.allSatisfy { $0.isFinite && $0 >= 0 } }) ?? true,
      groups.isEmpty || groups.count == count
    else { throw DataProblem.damagedStatistics }
    try targets.checkFitsMemory()
    self.init(
      first: first, fromValidation: try group.whole("from_validation") != 0,
      samples: ArraySamples(
        inputs: Matrix(rows: count, columns: width, storage: numbers),
        targets: targets.shape.count == 1
          ? .labels(try targets.integers(rows: 0..<count).map { Int($0) })
          : .values(
            Matrix(
              rows: count, columns: targets.shape[1], storage: try targets.allFloats())),
        weights: weights, groups: groups.isEmpty ? nil : groups, identifyingCount: identifying))
  }
}

extension Group {
  /// Whether there is something of a name, in a group that may be absent, too.
  fileprivate func holds(_ path: String) throws(HDF5Error) -> Bool {
    do {
      return try kind(of: path) != nil
    } catch  where error.isAbsence {
      return false
    }
  }

  /// A whole number in an attribute.
  fileprivate func whole(_ name: String) throws -> Int {
    guard let attribute = try attribute(name) else { throw DataProblem.damagedStatistics }
    return try attribute.integer()
  }

  /// Words of 64 bits.
  fileprivate func words(_ path: String, mayBeAbsent: Bool = false) throws -> [UInt64] {
    if mayBeAbsent, try !holds(path) { return [] }
    let dataset = try dataset(path)
    guard dataset.shape.count == 1 else { throw DataProblem.damagedStatistics }
    try dataset.checkFitsMemory()
    return try dataset.integers(rows: 0..<dataset.rowCount).map { UInt64(bitPattern: $0) }
  }

  /// Numbers of 64 bits, if there are any.
  fileprivate func numbers(_ path: String) throws -> [Double]? {
    guard try holds(path) else { return nil }
    let dataset = try dataset(path)
    guard dataset.shape.count == 1 else { throw DataProblem.damagedStatistics }
    return try dataset.allDoubles()
  }
}

extension Dataset {
  /// The elements are not those that were written.
  fileprivate var damage: HDF5Error {
    HDF5Error(file: file.path, object: path, .value(found: "other numbers", expected: "its sums"))
  }
}

extension HDF5Error {
  fileprivate var isAbsence: Bool {
    if case .notFound = problem { true } else { false }
  }
}
