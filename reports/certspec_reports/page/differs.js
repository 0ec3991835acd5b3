// differs: what differs between the libraries, unpacked once the page can be used.

async function unpackDifferences() {
  const lists = findAll("#differs .packed");
  const texts = await Promise.all(lists.map(
    (list) => inflate(find(`#differs-${list.dataset.t}`).textContent)));
  // All at once: the page is laid out once.
  lists.forEach((list, number) => {
    // Made by the page's own template, which leaves no mark-up of the results' own in it.
    list.innerHTML = texts[number];
    list.classList.remove("packed");
  });
  filterLists();
}

const differencesThere = unpackDifferences().catch((error) => {
  for (const list of findAll("#differs .packed")) {
    list.replaceChildren(make("li", {}, `This browser cannot unpack the list: ${error}`));
  }
});
differencesThere.then(() => { document.documentElement.dataset.whole = "yes"; });
