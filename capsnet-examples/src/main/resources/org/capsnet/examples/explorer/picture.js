// Pixels in base 64, [channels, height, width], on a canvas.

export function bytes(base64) {
  return Uint8Array.from(atob(base64), c => c.charCodeAt(0));
}

export function imageOf(base64, {channels, height, width}) {
  const from = bytes(base64);
  const image = new ImageData(width, height);
  const plane = height * width;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) {
      image.data[4 * i + c] = from[channels === 3 ? c * plane + i : i];
    }
    image.data[4 * i + 3] = 255;
  }
  return image;
}

export function show(canvas, base64, shape) {
  canvas.width = shape.width;
  canvas.height = shape.height;
  canvas.getContext('2d').putImageData(imageOf(base64, shape), 0, 0);
}

export function blank(canvas) {
  canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
}

// From little to much: the colours of the scale below the map, in style.css, too.
const SCALE = [[20, 11, 53], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];

function colour(share) {
  const at = share * (SCALE.length - 1);
  const i = Math.min(SCALE.length - 2, Math.floor(at));
  return SCALE[i].map((low, c) => low + (at - i) * (SCALE[i + 1][c] - low));
}

// A map over the image it belongs to: colour says how much, the image shows through as brightness.
export function showMap(canvas, map, seen, shape) {
  const {height, width} = shape;
  const image = imageOf(seen, shape);
  const heat = bytes(map);
  for (let i = 0; i < heat.length; i++) {
    const [r, g, b] = image.data.subarray(4 * i, 4 * i + 3);
    const light = (0.299 * r + 0.587 * g + 0.114 * b) / 255;
    const hot = colour(heat[i] / 255);
    for (let c = 0; c < 3; c++) {
      image.data[4 * i + c] = 0.8 * hot[c] * (0.55 + 0.45 * light) + 95 * light;
    }
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d').putImageData(image, 0, 0);
}
