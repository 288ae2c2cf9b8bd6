import HDF5
import TestSupport
import Testing

@Suite struct ImageTests {
  /// The bytes of a file, and what is changed in them.
  private func image(_ change: (inout [UInt8]) -> Void = { _ in }) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.dataset("group/x", [1, 2, 3, 4], shape: [2, 2], as: .float64)
        writer.attribute("name", of: "/group", "some text of variable length")
      }
      var image = try bytes(of: "\(folder)/a.h5")
      change(&image)
      return image
    }
  }

  private func problem(_ change: (inout [UInt8]) -> Void) throws -> HDF5Error.Problem? {
    let image = try image(change)
    let error = #expect(throws: HDF5Error.self) {
      let file = try File(image: image, named: "a.zip: a.h5")
      _ = try file.root.group("group").attribute("name")?.text()
    }
    #expect(error?.file == "a.zip: a.h5")
    return error?.problem
  }

  @Test("a file in memory is read like any other, and several of one name are apart")
  func reading() throws {
    let first = try File(image: try image(), named: "a")
    let second = try File(
      image: try image { image in
        let number = [UInt8]([0, 0, 0, 0, 0, 0, 0xF0, 0x3F])  // 1 as a Double
        if let place = image.firstRange(of: number)?.lowerBound { image[place + 7] = 0xBF }
      }, named: "a")
    #expect(try first.root.dataset("group/x").allDoubles() == [1, 2, 3, 4])
    #expect(try second.root.dataset("group/x").allDoubles() == [-1, 2, 3, 4])
    #expect(
      try first.root.group("group").attribute("name")?.text() == "some text of variable length")
  }

  @Test("what is no whole file is refused, with the name it was given")
  func refused() throws {
    #expect(try problem { $0 = [] } == .empty)
    #expect(try problem { $0 = Array("{}".utf8) } == .notHDF5(.json))
    guard case .truncated = try problem({ $0.removeLast(200) }) else {
      Issue.record("a truncated file")
      return
    }
    let damaged = try problem { image in
      guard let block = image.firstRange(of: Array("GCOL".utf8))?.lowerBound else { return }
      // The size of the first object.
      for place in block + 24..<block + 32 { image[place] = 0xFF }
    }
    guard case .damaged(part: "block of texts", _) = damaged else {
      Issue.record("\(String(describing: damaged))")
      return
    }
  }

  @Test("a copy with changes is made in memory, and is the one that is made on disk")
  func copy() throws {
    try withTemporaryFolder { folder in
      let file = try File(image: try image(), named: "a")
      let dataset = try file.root.dataset("group/x")
      var changes = FileChanges()
      changes.replace(dataset, shape: [2, 2], elements: try dataset.encoded([5, 6, 7, 8]))
      let pending = try PendingFile(for: "\(folder)/out.h5", overwrite: false, apartFrom: [])
      let copy = try File(image: try file.image(with: changes, for: pending), named: "b")
      #expect(try copy.root.dataset("group/x").allDoubles() == [5, 6, 7, 8])
      try file.copy(to: pending, with: changes)
      try pending.commit()
      let written = try File("\(folder)/out.h5")
      #expect(try written.root.dataset("group/x").allDoubles() == [5, 6, 7, 8])
    }
  }

  @Test("stays as it is when it is opened, wherever in memory it lies")
  func staysUnchanged() throws {
    let image = try image()
    // Images of this size begin at any multiple of 16 bytes: one in 256 at the start of a page.
    var copies = (0..<2000).map { _ in image + [] }
    for index in copies.indices {
      copies[index].append(0)
      _ = try File(image: copies[index], named: "a")
    }
    #expect(copies.allSatisfy { $0.dropLast() == image[...] })
  }
}
